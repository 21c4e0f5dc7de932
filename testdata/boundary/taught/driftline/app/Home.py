import streamlit as st

from search import answer

st.set_page_config(page_title="Driftline", layout="wide")

if not st.user.is_logged_in:
    st.title("Driftline")
    st.button("Sign in", on_click=st.login, args=["entra"])
    st.stop()

if st.user.get("tid") not in st.secrets["tenants"]["allowed"]:
    st.error("Your organisation has no contract.")
    st.stop()

st.sidebar.write(st.user.name)
st.sidebar.button("Sign out", on_click=st.logout)

question = st.chat_input("Ask the reports")
if question:
    with st.chat_message("assistant"):
        text, sources = answer(question, tenant=st.user.tid)
        st.write(text)
        st.dataframe(sources)
